#!/usr/bin/env node
// Not dist/cli.js itself: npm links commands before it builds, and in a fresh clone would find nothing to link.
import "../dist/cli.js";
