import type { RepositoryFacts } from '../repository.ts'
import { servicesOf } from '../services.ts'
import { secretsOf } from '../vendors/at-vendor.ts'
import { expression } from './yaml.ts'

/** What a job shows Gantry instead of a stored token. */
export const proving = ['  permissions:', '    contents: read', '    id-token: write']

// Gantry's own runner sets GANTRY_URL and GANTRY_TOKEN by itself. On GitHub the address is a variable; a token is only
// stored where the project is not connected with the repository.
export const fallbacks = {
  FALLBACK_URL: expression('vars.GANTRY_URL'),
  FALLBACK_TOKEN: expression('secrets.GANTRY_TOKEN'),
}
const either = (name: string, other: string) => `${name}="$\{${name}:-$${other}}"`
export const connect = [`export ${either('GANTRY_URL', 'FALLBACK_URL')} ${either('GANTRY_TOKEN', 'FALLBACK_TOKEN')}`]
// From the server that gives the token: it has the server's version, and nobody else can publish under its address.
export const install = 'command -v gantry || npm install --global "$GANTRY_URL/gantry.tgz"'

/** What vendors are asked with stays in the job: the server never has it. */
export function vendorSecrets(facts: RepositoryFacts): Record<string, string> {
  const providers = new Set(servicesOf(facts).map(({ deploy }) => String(deploy['provider'])))
  const names = [...providers].flatMap(provider => secretsOf[provider] ?? []).toSorted()
  return Object.fromEntries(names.map(name => [name, expression(`secrets.${name}`)]))
}
