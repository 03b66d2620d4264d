import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { Host } from '../host.ts'

/** The address of the database, from a variable: on a command line everybody on the machine could read its password. */
export function databaseUrl(call: Call, host: Host): string | null {
  const name = call.required('urlFrom')
  const url = host.env[name] ?? ''
  if (url === '') return null
  if (/^postgres(ql)?:\/\//.test(url)) return url
  throw new CalledWrongly(`expected ${name} to begin with postgres:// or postgresql://`)
}

export function requiredUrl(call: Call, host: Host): string {
  const url = databaseUrl(call, host)
  if (url !== null) return url
  throw new CalledWrongly(`expected the address of a database in ${call.required('urlFrom')}, got none`)
}
