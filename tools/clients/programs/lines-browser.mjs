/** The same in a page. */
import { Logtail } from 'client-under-test'

const { client, url, key } = window.underTest
const logger = new Logtail(key, { endpoint: `${url}/betterstack` })
const order = { till: 4, password: 'hunter2' }
logger.info(`order 13 of ${client} came`, order)
logger.warn(`the till of ${client} is slow`, order)
logger.error(new Error(`pay of ${client} failed`))
logger.flush().then(() => (document.title = 'lines,levels,times,fields,stack'))
