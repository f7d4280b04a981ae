/** An object with fields that are read where they are selected: begun for nobody, a read would outlive its transaction. */
export function lazily<Known extends object, Lazy extends Record<string, () => unknown>>(
  known: Known,
  lazy: Lazy,
): Omit<Known, keyof Lazy> & { readonly [Field in keyof Lazy]: ReturnType<Lazy[Field]> } {
  const fields = Object.entries(lazy).map(([field, get]) => [field, { get, enumerable: true }]);
  return Object.defineProperties({ ...known }, Object.fromEntries(fields) as PropertyDescriptorMap) as never;
}
