console.log(`post knows ${process.env.STATE_word}`)
