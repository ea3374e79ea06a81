import { createClient } from "@fairlead/client";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./styles.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <p>Fairlead {typeof createClient({ baseUrl: location.origin })}</p>
  </StrictMode>,
);
