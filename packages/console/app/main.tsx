import { render } from "preact";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/controls.css";
import "./styles/jobs.css";
import "./styles/pages.css";
import { App } from "./app.tsx";
import { open } from "./state/settings.ts";

const root = document.getElementById("console");
if (root !== null) render(<App />, root);
void open();
