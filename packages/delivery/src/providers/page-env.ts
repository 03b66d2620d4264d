/** Where pages find what they are told about their environment, so that a bundle is built once and promoted as it is. */
export const pageEnvPath = 'env.js'

/** What `/env.js` says. Safe inside a script element too. */
export const pageEnvScript = (env: Readonly<Record<string, string>>): string =>
  `globalThis.__ENV__ = ${JSON.stringify(env).replaceAll('<', '\\u003c')};\n`

/** `EDGE_API_URL` is the address of `edge-api`; null for another name. */
export function serviceOfUrlName(name: string): string | null {
  const [, service] = /^([A-Z][A-Z0-9_]*)_URL$/.exec(name) ?? []
  return service?.toLowerCase().replaceAll('_', '-') ?? null
}
