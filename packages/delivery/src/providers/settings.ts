// The only list of providers: a line for each.
export { local } from './local/settings.ts'
