// Uploads a file with tus-js-client, cut off half-way or gone on with where a process before this one was cut off.
//
//   KHO_TOKEN=… node upload.mjs begin|resume ENDPOINT FILE FOLDER-ID
//
// `begin` breaks its connection in the middle of a chunk. `resume` finds the upload in the client's own notes and prints, as JSON,
// the offset it went on from and the id of the document.

import { createReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import { FileUrlStorage, Upload } from 'tus-js-client'

const CHUNK_BYTES = 1024 * 1024
const [step, endpoint, file, folder] = process.argv.slice(2)
const size = statSync(file).size
let resumedAt = null
let entry = null

const upload = new Upload(createReadStream(file), {
  endpoint,
  headers: { Authorization: `Bearer ${process.env.KHO_TOKEN}` },
  chunkSize: CHUNK_BYTES,
  uploadSize: size,
  retryDelays: [50, 100, 200, 400, 800, 1600],
  storeFingerprintForResuming: true,
  urlStorage: new FileUrlStorage(`${file}.uploads.json`),
  metadata: { filename: basename(file), filetype: 'application/pdf', folder_id: folder },
  onProgress(sent) {
    if (step === 'begin' && sent > size / 2) {
      upload.abort().then(() => process.exit(0))
    }
  },
  onAfterResponse(request, response) {
    if (request.getMethod() === 'HEAD') {
      resumedAt = Number(response.getHeader('Upload-Offset'))
    }
    entry = response.getHeader('Kho-Entry-Id') ?? entry
  },
  onSuccess() {
    console.log(JSON.stringify({ resumed_at: resumedAt, entry }))
  },
  onError(error) {
    console.error(String(error))
    process.exit(1)
  },
})

if (step === 'resume') {
  const [previous] = await upload.findPreviousUploads()
  if (!previous) {
    throw new Error('nothing to go on with')
  }
  upload.resumeFromPreviousUpload(previous)
}
upload.start()
