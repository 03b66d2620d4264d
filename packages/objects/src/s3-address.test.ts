import { expect, test } from 'vitest'
import { s3Address } from './s3-address.ts'

const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' }

test.each([
  ['s3://gantry', {}, 'https://s3.us-east-1.amazonaws.com/gantry', 'us-east-1', ''],
  ['s3://gantry/', { AWS_REGION: 'eu-central-1' }, 'https://s3.eu-central-1.amazonaws.com/gantry', 'eu-central-1', ''],
  [
    's3://gantry/team/a',
    { AWS_ENDPOINT_URL: 'https://o.example/' },
    'https://o.example/gantry',
    'us-east-1',
    'team/a/',
  ],
  [
    's3://gantry?endpoint=http://127.0.0.1:9000/s3&region=auto',
    { AWS_ENDPOINT_URL_S3: 'https://elsewhere.example' },
    'http://127.0.0.1:9000/s3/gantry',
    'auto',
    '',
  ],
])('%s with %o is %s', (address, env, endpoint, region, prefix) => {
  expect(s3Address(address, { ...keys, ...env })).toEqual({
    ...{ endpoint, region, prefix },
    ...{ accessKeyId: 'id', secretAccessKey: 'secret' },
  })
})

test.each([
  'gantry',
  'https://gantry',
  's3://',
  's3://UPPER',
  's3://id:secret@gantry',
  's3://gantry?acl=public',
  's3://gantry?endpoint=o.example',
])('refuses %s, and does not print a password', address => {
  const read = () => s3Address(address, keys)
  expect(read).toThrow(/GANTRY_OBJECTS: expected/)
  expect(read).not.toThrow(/secret@/)
})

test('names the credential that is missing', () => {
  expect(() => s3Address('s3://gantry', { AWS_ACCESS_KEY_ID: 'id' })).toThrow(/AWS_SECRET_ACCESS_KEY/)
})
