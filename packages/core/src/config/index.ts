export * from './config.ts'
export { durationMs } from './duration-field.ts'
export * from './words.ts'
