/** @odoo-module */

import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_service/tour_utils";

registry.category("web_tour.tours").add("optics_till_health", {
    test: true,
    url: "/web",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        { trigger: '.o_app[data-menu-xmlid="point_of_sale.menu_point_root"]' },
        { trigger: '[data-menu-xmlid="optics_pos_ru54fz.menu_tills"]' },
        { trigger: '[data-menu-xmlid="optics_pos_ru54fz.menu_pos_offline_buffer_status"]' },
        {
            content: "the till in trouble is red",
            trigger: '.o_data_row.text-danger td[name="till"]:contains(till-002)',
        },
        {
            content: "its form",
            trigger: '.o_form_view [name="undelivered"]:contains(190)',
            run: () => {},
        },
        {
            content: "back to the list",
            trigger: ".o_breadcrumb .o_back_button a, .breadcrumb-item.o_back_button a",
        },
        {
            content: "the good till is green",
            trigger: '.o_data_row:contains(till-001) .text-bg-success',
            run: () => {},
        },
    ],
});
