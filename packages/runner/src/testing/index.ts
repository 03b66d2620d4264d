export { gitRepository, logOf, tempFolder, testMachine, writeFiles } from './test-machine.ts'
