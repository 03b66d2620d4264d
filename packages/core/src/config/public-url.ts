import * as z from 'zod'
import { isPrivateHost } from '../monitor/private-address.ts'

/** A web address outside this network. One that may not be asked is a fault of the config, and never an outage of what is there. */
export const PublicUrl = z.url().superRefine((address, { addIssue }) => {
  if (!URL.canParse(address)) return
  const { protocol, hostname } = new URL(address)
  if (!/^https?:$/.test(protocol))
    addIssue({ code: 'custom', message: `expected an http or https address, got ${protocol}` })
  else if (isPrivateHost(hostname))
    addIssue({
      code: 'custom',
      message: `${hostname} is an address of this network, which monitors may not reach: watch a service of the config by \`service\``,
    })
})
