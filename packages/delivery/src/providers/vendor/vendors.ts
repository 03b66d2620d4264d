import type { VendorAssumptions } from './assumption.ts'

/** Providers whose services run at a vendor, with what Gantry takes for true there: the only list, and read when it is asked for. */
export const vendors: Readonly<Record<string, () => Promise<VendorAssumptions>>> = {
  fly: async () => (await import('../fly/assumptions.ts')).vendor,
  render: async () => (await import('../render/assumptions.ts')).vendor,
  supabase: async () => (await import('../supabase/assumptions.ts')).vendor,
  vercel: async () => (await import('../vercel/assumptions.ts')).vendor,
}
