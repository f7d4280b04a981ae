import { GraphiQL } from 'graphiql';
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { exampleTabs } from './examples.js';
import { connectToHub } from './hub-client.js';
import './style.css';
import { TokenBar, demoParties, firstParty } from './token-bar.jsx';

function Ide({ parties }) {
  const [hub, setHub] = useState(() => openHub(parties ? firstParty(parties)?.token : ''));
  useEffect(() => hub.dispose, [hub]);
  return (
    <>
      <TokenBar parties={parties} onToken={(token) => setHub(openHub(token))} />
      <main>
        <GraphiQL
          fetcher={hub.fetcher}
          // null asks for no schema: without a token the hub would only refuse
          schema={hub.hasToken ? undefined : null}
          defaultTabs={exampleTabs}
          defaultEditorToolsVisibility="variables"
          shouldPersistHeaders={false}
          // variables can hold a person's details: forget them with the tab, unlike localStorage on a shared computer
          storage={sessionStorage}
        >
          {/* the bar above has the name already */}
          <GraphiQL.Logo>{null}</GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}

const openHub = (token) => ({ ...connectToHub(token), hasToken: Boolean(token) });

createRoot(document.getElementById('root')).render(<Ide parties={await demoParties()} />);
