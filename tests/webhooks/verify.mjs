// Verifies messages with the reference library of the Standard Webhooks specification.
//
//   node verify.mjs < LINES
//
// Each line is a JSON object {secret, headers, body}; for each it prints the type of the message, or `refused` and why. The library refuses
// what is older than five minutes; here each message is looked at in the second it was sent in.

import { createInterface } from 'node:readline'
import { Webhook } from 'standardwebhooks'

for await (const line of createInterface({ input: process.stdin })) {
  const { secret, headers, body } = JSON.parse(line)
  Date.now = () => Number(headers['webhook-timestamp']) * 1000
  try {
    console.log(new Webhook(secret).verify(body, headers).type)
  } catch (error) {
    console.log(`refused: ${error.message}`)
  }
}
