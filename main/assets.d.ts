/** A file that the bundler puts beside the bundle; the import is its path. */
declare module '*?asset' {
  const path: string;
  export default path;
}
