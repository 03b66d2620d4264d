// The only list of probes: a line for each.
export { http } from './http/settings.ts'
