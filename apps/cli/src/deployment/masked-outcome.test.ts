import { expect, test } from 'vitest'
import { maskedBy } from './masked-outcome.ts'

const env = {
  VERCEL_TOKEN: 'vercel-abcdef',
  DATABASE_URL: 'postgres://app:pass word@db.example.com/app'.replace(' ', '-'),
  STRIPE: 'sk_live_123456',
  REGION: 'frankfurt',
  SHORT_TOKEN: 'abc',
}

test('no secret of the job is in what leaves it, at whatever depth and in whatever form', () => {
  const mask = maskedBy(env, ['STRIPE'])
  const outcome = {
    ok: false as const,
    why: 'refused vercel-abcdef',
    lines: [`login ${env.DATABASE_URL}`, 'password pass-word', 'sk_live_123456 in frankfurt', 'abc'],
    answer: { id: 'dpl_1', nested: [{ hex: Buffer.from(env.VERCEL_TOKEN).toString('hex') }], at: 7 },
  }
  expect(mask(outcome)).toEqual({
    ok: false,
    why: 'refused ***',
    lines: ['login ***', 'password ***', '*** in frankfurt', 'abc'],
    answer: { id: 'dpl_1', nested: [{ hex: '***' }], at: 7 },
  })
})
