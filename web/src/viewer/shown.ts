/** What the API says of a document, and where its content is. */
import type { Schema } from '../lib/api/client';
import type { Source } from './source';

export type Details = Schema['EntryDetails'];
export type Version = Schema['VersionBody'];

export function sourceOf(entry: Details, version?: Version): Source {
  const path = version ? `/versions/${version.number}` : '';
  return {
    address: `/api/v1/entries/${entry.id}${path}/content`,
    name: version?.file_name ?? entry.name,
    mediaType: version?.media_type ?? entry.document?.media_type ?? '',
    sizeBytes: version?.size_bytes ?? entry.size_bytes,
    inParts: true,
  };
}
