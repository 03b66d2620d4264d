import type { Asked } from './define-protocol.ts'

/** The key as clients of logs show it: a bearer token, the password or name of Basic, a header of its own, or in the query. */
export function shownKey({ headers, query }: Asked): string | null {
  const authorization = textOf(headers['authorization'])
  const [, bearer] = /^(?:Bearer|Token|Splunk) +(\S+)$/i.exec(authorization) ?? []
  return bearer ?? basicKey(authorization) ?? (textOf(headers['x-api-key']) || query['api_key'] || query['key'] || null)
}

function basicKey(authorization: string): string | null {
  const [, packed] = /^Basic +(\S+)$/i.exec(authorization) ?? []
  if (packed === undefined) return null
  const [name = '', password = ''] = Buffer.from(packed, 'base64').toString().split(':')
  return password || name || null
}

const textOf = (header: string | string[] | undefined): string => (typeof header === 'string' ? header : '')
