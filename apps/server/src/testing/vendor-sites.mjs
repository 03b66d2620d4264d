// Loaded into the processes of a job in a test (`NODE_OPTIONS=--import …`): what is asked of a vendor's hosts goes to its fake.
const { FAKE_VENDORS = '{}' } = process.env
/** Ending of a host to the address of the fake that answers for it. */
const vendors = Object.entries(JSON.parse(FAKE_VENDORS))
const plain = globalThis.fetch

globalThis.fetch = (input, init) => {
  const request = new Request(input, init)
  const { host, pathname, search } = new URL(request.url)
  const [, fake] = vendors.find(([ending]) => host.endsWith(ending)) ?? []
  if (fake === undefined) return plain(request)
  const visit = new Request(`${fake}${pathname}${search}`, request)
  visit.headers.set('x-fake-site', host)
  return plain(visit)
}
