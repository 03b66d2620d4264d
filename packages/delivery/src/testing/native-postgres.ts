export { startNativePostgres as nativePostgres } from '../../../../tools/native-postgres.ts'
