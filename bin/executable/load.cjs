// Unpacked beside djdev's files: what is inside an executable cannot import what is outside.
const { pathToFileURL } = require('node:url');

module.exports = (path) => import(pathToFileURL(path).href);
