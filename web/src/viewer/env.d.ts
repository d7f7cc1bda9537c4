interface ImportMetaEnv {
  /** The folder of what pdf.js reads (scripts/pdf-assets.ts). */
  readonly PDF_ASSETS: string;
}
