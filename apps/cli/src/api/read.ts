import type { Read } from './api.ts'

interface Schema<T> {
  parse(value: unknown): T
}

/** The body is one thing. */
export const one =
  <T>(schema: Schema<T>): Read<T> =>
  body =>
    schema.parse(body)

/** The body is an object with a list under that name, as all lists of the API are. */
export const listIn =
  <T>(name: string, schema: Schema<T>): Read<T[]> =>
  body => {
    const list = fieldOf(body, name)
    if (Array.isArray(list)) return list.map(item => schema.parse(item))
    throw new TypeError(`expected a list "${name}"`)
  }

/** The body is an object with a text under that name. */
export const textIn =
  (name: string): Read<string> =>
  body => {
    const text = fieldOf(body, name)
    if (typeof text === 'string') return text
    throw new TypeError(`expected a text "${name}"`)
  }

/** The body is an object whose values are texts. */
export const texts: Read<Record<string, string>> = body =>
  Object.fromEntries(
    Object.entries(objectOf(body)).map(([name, value]) => {
      if (typeof value === 'string') return [name, value]
      throw new TypeError(`expected a text "${name}"`)
    }),
  )

/** Nothing of the body is used. */
export const nothing: Read<void> = () => {}

export const fieldOf = (body: unknown, name: string): unknown =>
  Object.entries(objectOf(body)).find(([key]) => key === name)?.[1]

function objectOf(body: unknown): object {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  throw new TypeError('expected an object')
}

/** `?name=value` of those that are set; empty without any. */
export function query(values: Record<string, string | number | undefined>): string {
  const pairs = Object.entries(values).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}
