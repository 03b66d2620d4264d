export { checkEnv, type EnvFinding, type EnvironmentNames } from './check-env.ts'
export { type EnvVariable, readEnvExample } from './env-example.ts'
export { type NameRead, namesRead } from './names-read.ts'
