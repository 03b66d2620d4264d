import { createHmac } from 'node:crypto'

/** Each service has an ingest key of its own, derived from the project's, so that an event says where it came from. */
export const serviceKey = (ingestKey: string, service: string): string =>
  createHmac('sha256', ingestKey).update(service).digest('hex').slice(0, 32)

/** @example dsnOf('http://127.0.0.1:4400', key, 1) // http://<key>@127.0.0.1:4400/1 */
export function dsnOf(url: string, key: string, projectNumber: number): string {
  const { protocol, host } = new URL(url)
  return `${protocol}//${key}@${host}/${projectNumber}`
}

/** The service a key belongs to; null for the project's own key; undefined for a key nobody has. */
export function serviceOf(key: string, ingestKey: string, services: string[]): string | null | undefined {
  if (key === ingestKey) return null
  return services.find(service => serviceKey(ingestKey, service) === key)
}
