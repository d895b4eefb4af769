/** @odoo-module */

import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useService } from "@web/core/utils/hooks";

const INTERVAL_MS = 2000;

/** Shows how far a queued import is and reloads the form when it has ended. */
export class ConnectorImportProgress extends Component {
    static template = "connector_b.ImportProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ phase: "", position: 0, total: 0 });
        onMounted(() => {
            this.timer = setInterval(() => this.refresh(), INTERVAL_MS);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    get percent() {
        return this.state.total ? Math.round((100 * this.state.position) / this.state.total) : 0;
    }

    async refresh() {
        const record = this.props.record;
        if (!record.resId || !["queued", "running"].includes(record.data.state)) {
            return;
        }
        const progress = await this.orm.silent.call("connector.import", "read_progress", [record.resId]);
        Object.assign(this.state, progress);
        if (progress.state !== record.data.state) {
            await record.load();
        }
    }
}

registry.category("view_widgets").add("connector_import_progress", { component: ConnectorImportProgress });
