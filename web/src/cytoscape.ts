// A file of its own, so that only pages with a network fetch it.
export { default } from "cytoscape";
