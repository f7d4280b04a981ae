/** Each thing after those that it needs, and otherwise in the order given. */
export function afterWhatTheyNeed<Thing>(
  things: readonly Thing[],
  needs: (one: Thing, other: Thing) => boolean,
): Thing[] {
  const ordered = new Set<Thing>();
  const place = (thing: Thing) => {
    for (const other of things) if (other !== thing && !ordered.has(other) && needs(thing, other)) place(other);
    ordered.add(thing);
  };
  things.forEach(place);
  return [...ordered];
}
