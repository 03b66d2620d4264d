/** What the address of a trace says: the span that is opened, and what of it is shown. */
export interface TraceSearch {
  span?: string
  lines?: string
  only?: string
}

/** What is not asked for stands in no address. */
export const withSearch = (
  before: TraceSearch,
  chosen: { [Name in keyof TraceSearch]: TraceSearch[Name] | undefined },
): TraceSearch =>
  Object.fromEntries(Object.entries({ ...before, ...chosen }).filter(([, value]) => value !== undefined))
