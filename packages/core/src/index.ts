export { catalogue, type ErrorCode } from './errors/catalogue.ts'
export { GantryError } from './errors/gantry-error.ts'
export * from './run/run.ts'
