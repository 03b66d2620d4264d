import { expect, test } from 'vitest'
import { changedServices } from './changed-services.ts'
import type { Migration, Release } from './release.ts'

const services = [
  { name: 'database', isStateful: true, artifact: 'store' },
  { name: 'api', isStateful: false, artifact: 'store' },
  { name: 'web', isStateful: false, artifact: 'store' },
  { name: 'edge', isStateful: false, artifact: 'vendor' },
] as const
const built = (digests: Record<string, string>, versions: string[]): Pick<Release, 'artifacts' | 'migrations'> => ({
  artifacts: Object.entries(digests).map(([service, digest]) => ({ service, digest, bytes: 1 })),
  migrations: versions.map(version => ({ version }) as Migration),
})

test('a service is changed by other files or migrations, and by every build where its vendor builds', () => {
  const former = built({ api: 'a', web: 'a' }, ['1'])
  expect(changedServices(services, built({ api: 'b', web: 'a' }, ['1']), former)).toEqual(['api', 'edge'])
  expect(changedServices(services, built({ api: 'a', web: 'a' }, ['1', '2']), former)).toEqual(['database', 'edge'])
})

test('the first release changes all of them, but for a database without migrations', () => {
  expect(changedServices(services, built({ api: 'a' }, []), null)).toEqual(['api', 'web', 'edge'])
})
