/** The part of the foreign reader that the tests use; it comes without types. */
declare module 'mt940js' {
  type Transaction = { readonly amount: number };
  type Statement = {
    readonly openingBalance: number;
    readonly closingBalance: number;
    readonly transactions: readonly Transaction[];
  };
  const mt940js: { readonly Parser: new () => { parse(text: string): Statement[] } };
  export default mt940js;
}
