/** `npm run capacity`: prints the tables of docs/capacity.md; a test holds the page against them. */
import { capacityTables } from "./capacity-tables.ts";

console.log(capacityTables().join("\n\n"));
