// The only list of protocols: a line for each.
export { betterstack } from './betterstack/settings.ts'
export { github } from './github/settings.ts'
export { lines } from './lines/settings.ts'
export { logflare } from './logflare/settings.ts'
export { otlp } from './otlp/settings.ts'
export { sentry } from './sentry/settings.ts'
export { syslog } from './syslog/settings.ts'
export { vercel } from './vercel/settings.ts'
