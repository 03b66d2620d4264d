import { expect, test } from 'vitest'
import { isPrivateAddress, isPrivateHost } from './private-address.ts'

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.0',
  '172.31.255.255',
  '192.0.0.192',
  '192.168.0.1',
  '198.18.0.1',
  '198.19.255.255',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  'fe80::1',
  'fe80::1%eth0',
  'fd00::1',
  'ff02::1',
  'fec0::1',
])('%s is of this network', address => expect(isPrivateAddress(address)).toBe(true))

test.each([
  ['mapped', '::ffff:127.0.0.1'],
  ['mapped, in hex', '::ffff:7f00:1'],
  ['mapped, written out', '0:0:0:0:0:ffff:a9fe:a9fe'],
  ['translated', '::ffff:0:10.0.0.1'],
  ['compatible', '::127.0.0.1'],
  ['NAT64', '64:ff9b::169.254.169.254'],
  ['NAT64, in hex', '64:ff9b::a01:203'],
  ['NAT64 of this network', '64:ff9b:1::808:808'],
  ['6to4', '2002:7f00:1::1'],
  ['Teredo', '2001:0:7f00:1::1'],
])('an address of this network in the form of another is one too: %s', (_form, address) =>
  expect(isPrivateAddress(address)).toBe(true),
)

test.each([
  '93.184.216.34',
  '172.15.255.255',
  '172.32.0.1',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2606:2800:220:1::1',
  '::ffff:93.184.216.34',
  '64:ff9b::93.184.216.34',
])('%s is not', address => expect(isPrivateAddress(address)).toBe(false))

test.each(['', 'localhost', '127.1', '0x7f000001', '1.2.3.4.5'])(
  'what is no address is nowhere one may go: “%s”',
  text => expect(isPrivateAddress(text)).toBe(true),
)

test.each([
  ...['localhost', 'LOCALHOST.', 'api.localhost', 'printer.local', 'db.internal', 'router.home.arpa'],
  ...['127.0.0.1', '[::1]', '10.0.0.7', '[fd00::1]', '169.254.169.254'],
])('a monitor on %s leads inside, and its spelling tells', host => expect(isPrivateHost(host)).toBe(true))

test.each([
  'example.com',
  'localhost.example.com',
  'local',
  'internal.example',
  '93.184.216.34',
  '[2606:2800:220:1::1]',
])('%s may lead anywhere', host => expect(isPrivateHost(host)).toBe(false))

// Held once against `BlockList` of `node:net` on 200,000 addresses: these are the borders of every range.
test.each([
  ['9.255.255.255', false],
  ['11.0.0.0', false],
  ['100.63.255.255', false],
  ['100.127.255.255', true],
  ['100.128.0.0', false],
  ['128.0.0.0', false],
  ['169.253.255.255', false],
  ['169.255.0.0', false],
  ['192.0.1.0', false],
  ['192.167.255.255', false],
  ['192.169.0.0', false],
  ['203.0.114.0', false],
  ['2001:1::', false],
  ['2001:db9::', false],
  ['fe00::', false],
  ['fbff::', false],
  ['1::', false],
  ['::1:0:0:0', false],
  ['1:2:3:4:5:6:7:8:9', true],
  ['1::2::3', true],
  ['01.2.3.4', true],
])('%s is inside: %s', (address, inside) => expect(isPrivateAddress(address)).toBe(inside))
