export { shapes } from '../shapes/index.ts'
export { factsOf } from './repository-of.ts'
