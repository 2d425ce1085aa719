import { ROOM_DRAWING } from "./BarWorld";
import { openPage } from "./openPage";

openPage(ROOM_DRAWING);
