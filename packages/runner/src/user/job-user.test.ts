import { describe, expect, test } from 'vitest'
import { becoming, jobAccount } from './job-user.ts'

const isRoot = process.getuid?.() === 0
const machine = (map: string) => (path: string) =>
  path === '/etc/passwd' ? 'root:x:0:0::/root:/bin/sh\nbuilder:x:1001:1002::/home/builder:/bin/sh\n' : map
const whole = machine('         0          0 4294967295\n')

test.skipIf(isRoot)('jobs of others than root keep their account', () => {
  expect(jobAccount('auto', 'project shop', whole)).toBeUndefined()
})

describe.runIf(isRoot)('jobs of root', () => {
  test('are an account that stands for nobody, the same for the same name and another for another', () => {
    const of = (name: string) => jobAccount('auto', name, whole)?.uid ?? 0
    expect(of('project shop')).toBe(of('project shop'))
    expect(of('project shop')).not.toBe(of('project blog'))
    expect(of('project shop')).toBeGreaterThanOrEqual(0x7000_0000)
    expect(becoming({ uid: 7, gid: 7 })).toEqual(['--reuid=7', '--regid=7', '--clear-groups', '--no-new-privs'])
  })

  test('are one of the few numbers of a container, and root where it has none to spare', () => {
    const few = jobAccount('auto', 'project shop', machine('0 100000 65536\n'))?.uid ?? 0
    expect(few).toBeGreaterThanOrEqual(61_184)
    expect(few).toBeLessThan(65_520)
    expect(jobAccount('auto', 'project shop', machine('0 1000 1\n'))).toBeUndefined()
  })

  test('are root when that is asked for, or an account of the machine, which there must be', () => {
    expect(jobAccount('same', 'project shop', whole)).toBeUndefined()
    expect(jobAccount('builder', 'project shop', whole)).toEqual({ uid: 1001, gid: 1002, name: 'builder' })
    expect(() => jobAccount('bilder', 'project shop', whole)).toThrow('got "bilder"')
  })
})
