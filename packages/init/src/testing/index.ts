export { type DeployedShape, deployedShapes } from '../deployed/index.ts'
export { shapes } from '../shapes/index.ts'
export { factsOf } from './repository-of.ts'
