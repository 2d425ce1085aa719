import { openPage } from "./openPage";
import { MAP_DRAWING } from "./mapDrawing";

openPage(MAP_DRAWING);
