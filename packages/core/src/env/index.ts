export { checkEnv, type EnvFinding, type EnvironmentNames, isPlaceholder } from './check-env.ts'
export { type EnvVariable, readEnvExample } from './env-example.ts'
export {
  exampleFor,
  isForeign,
  isPublicName,
  isSecretName,
  isTestFile,
  longestEnvSource,
  readsEnvironment,
} from './env-sources.ts'
export { type NameRead, namesRead } from './names-read.ts'
