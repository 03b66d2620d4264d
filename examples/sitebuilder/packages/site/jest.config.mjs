export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.test.ts'],
  transform: { '\\.ts$': '<rootDir>/jest-esbuild.mjs' },
}
