export type { FakeAnswer, FakeRequest, RecordedRequest, VendorFake } from './fake.ts'
export { cutAfter, cutBefore, type Fault, fails, lostAnswer, slowBody, tooMany } from './faults.ts'
export { openRenderFake, type RenderFake } from './render/render-fake.ts'
export { openVercelFake, type VercelFake } from './vercel/vercel-fake.ts'
