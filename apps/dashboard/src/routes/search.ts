import { queryString } from '../ui/words.ts'

type Raw = Record<string, unknown>

/** Addresses hold plain text: `?q=123` is the text 123, as a person would type it. */
export const parseSearch = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text))
export const stringifySearch = (search: Raw): string => queryString(search as Record<string, string | undefined>)

/** The named fields that are there, as text; a type for each route without a line of validation for each. */
export const texts =
  <const Names extends readonly string[]>(...names: Names) =>
  (raw: Raw): { [Name in Names[number]]?: string } =>
    Object.fromEntries(names.flatMap(name => (raw[name] ? [[name, String(raw[name])]] : []))) as {
      [Name in Names[number]]?: string
    }
