import { useId, useState } from 'react';

/** The demo's list of parties, or null where the hub is not a demo and hands out no tokens. */
export async function demoParties() {
  const answer = await fetch('./tokens.json', { headers: { accept: 'application/json' } });
  return answer.ok ? answer.json() : null;
}

export function TokenBar({ parties, onToken }) {
  return (
    <header className="token-bar">
      <h1>
        Loopwell <span>IDE</span>
      </h1>
      {parties ? <PartySelect parties={parties} onToken={onToken} /> : <TokenInput onToken={onToken} />}
    </header>
  );
}

/** /ide/?as=gp opens in that party's name, so that a page of the documentation can link to it. */
export const firstParty = (parties) =>
  parties.find((party) => party.as === new URLSearchParams(location.search).get('as')) ?? parties[0];

function PartySelect({ parties, onToken }) {
  const id = useId();
  const choose = (event) => onToken(parties.find((party) => party.as === event.target.value).token);
  return (
    <>
      <label htmlFor={id}>Ask as</label>
      <select id={id} name="as" defaultValue={firstParty(parties)?.as} onChange={choose}>
        {parties.map(({ as, label }) => (
          <option key={as} value={as}>
            {label}
          </option>
        ))}
      </select>
      <span className="token-bar-note">Demonstration network: everyone in it is invented.</span>
    </>
  );
}

function TokenInput({ onToken }) {
  const id = useId();
  const [inUse, setInUse] = useState(false);
  const take = (event) => {
    event.preventDefault();
    const token = new FormData(event.target)
      .get('token')
      .trim()
      .replace(/^Bearer\s+/i, '');
    setInUse(token !== '');
    onToken(token);
  };
  return (
    <form onSubmit={take}>
      <label htmlFor={id}>Bearer token</label>
      <input id={id} name="token" type="password" autoComplete="off" spellCheck={false} />
      <button type="submit">Use</button>
      <span className="token-bar-note" role="status">
        {inUse ? 'In use until this page is closed; stored nowhere.' : 'Paste a token to begin; it is stored nowhere.'}
      </span>
    </form>
  );
}
