export { type Feature, readFeature } from './feature.ts'
export { jobs, oneJob, testFacts } from './workflow-texts.ts'
