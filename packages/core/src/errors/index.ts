/** Faults with a name, without any schema: what starts often reads nothing else of core. */
export { catalogue, type ErrorCode } from './catalogue.ts'
export { GantryError } from './gantry-error.ts'
