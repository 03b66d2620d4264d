export { readEnv, type ServiceEnv } from './env.ts'
export { createLog, type Log } from './log.ts'
export { drain, serve } from './serve.ts'
