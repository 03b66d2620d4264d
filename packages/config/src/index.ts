export { type ConfigFault, parseConfig } from './parse-config.ts'
export { registries } from './registries.ts'
export { type ConfigInput, GantryConfig } from './schema.ts'
export * from './words.ts'
